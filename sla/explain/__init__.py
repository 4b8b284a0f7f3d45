"""Why a timer stands where it stands: sentence, sum, timeline, ledger, what was believed."""
