/** Folder of the migrations, where nobody names another. */
export const FOLDER = 'migrations';
/** How long somebody else's run is waited for. */
export const WAIT_SECONDS = 60;
/** How old the report of a rehearsal may be. */
export const REPORT_HOURS = 24;
