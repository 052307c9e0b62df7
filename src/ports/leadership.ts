/** Jobs that one server of a database does for all. */
export interface Leadership {
  /**
   * Whether this server is to do the job now. One server leads a job until it ends; if that cannot be agreed, every server
   * does it, so a job must bear to be done by several at a time.
   */
  leads(job: string): Promise<boolean>;
}
