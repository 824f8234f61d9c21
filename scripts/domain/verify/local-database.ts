/** The database of a local verification, as the application's containers see it. */
export const LOCAL_DATABASE = { host: 'database', port: 3306, user: 'root', schema: 'application' };

/** @param place  where it is for who asks. @default - as the application's containers see it */
export function localDatabaseUrl(
  password: string,
  place: { readonly host: string; readonly port: number } = LOCAL_DATABASE,
): string {
  return `mysql://${LOCAL_DATABASE.user}:${password}@${place.host}:${place.port}/${LOCAL_DATABASE.schema}`;
}

/** A value of the data with the database's words filled in. */
export function filledIn(value: string, password: string): string {
  return value.replaceAll('{database-url}', localDatabaseUrl(password)).replaceAll('{database-password}', password);
}
