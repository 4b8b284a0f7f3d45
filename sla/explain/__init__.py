"""Why a timer stands where it stands: a sentence, a sum, a timeline, a ledger, what was believed."""
