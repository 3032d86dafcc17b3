-- What an account may spend in its period, as it was when the reservation was made: an answer that spends half, most or all of it says so.
ALTER TABLE account_reservations ADD COLUMN limit_nanousd INTEGER NOT NULL DEFAULT 0;
