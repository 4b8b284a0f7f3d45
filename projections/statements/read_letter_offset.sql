SELECT resume FROM sla.letter_offset
