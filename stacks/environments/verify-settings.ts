/**
 * What `slipway verify local` starts an image with. In all values `{database-url}` stands for
 * `mysql://root:...@database:3306/application`, and `{database-password}` for the password in it.
 */
export interface VerifySettings {
  /**
   * Image of the database, of production's version: one that takes MYSQL_ROOT_PASSWORD and MYSQL_DATABASE, as those of MySQL and
   * MariaDB do. `false` for an application without a database.
   *
   * @default 'mysql:8.4'
   */
  readonly database?: string | false;
  /**
   * Values of the secrets that the services name; they are worth nothing anywhere else.
   *
   * @default {}
   */
  readonly secrets?: Readonly<Record<string, string>>;
  /**
   * Variables of every service, beside or instead of its own.
   *
   * @default {}
   */
  readonly variables?: Readonly<Record<string, string>>;
  /**
   * SQL file of the application's repository that is run after the migrations.
   *
   * @default - the tables are as the migrations leave them
   */
  readonly seed?: string;
}
