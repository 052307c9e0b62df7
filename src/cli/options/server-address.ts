/** The server address used when none is given. */
export const defaultServer = 'http://localhost:5000';
