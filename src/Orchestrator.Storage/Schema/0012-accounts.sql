-- What requesters and teams have spent in a day or a month, what requests under way may cost, and what people granted beyond the limits.
CREATE TABLE account_spending(
  account TEXT NOT NULL,
  period TEXT NOT NULL,
  nanousd INTEGER NOT NULL,
  PRIMARY KEY(account, period)) WITHOUT ROWID;

CREATE TABLE account_reservations(
  run_id TEXT NOT NULL,
  account TEXT NOT NULL,
  period TEXT NOT NULL,
  nanousd INTEGER NOT NULL,
  PRIMARY KEY(run_id, account)) WITHOUT ROWID;
CREATE INDEX account_reservations_of ON account_reservations(account, period);

CREATE TABLE account_raises(
  key TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  period TEXT NOT NULL,
  nanousd INTEGER NOT NULL,
  at INTEGER NOT NULL) WITHOUT ROWID;
