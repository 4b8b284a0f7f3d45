INSERT INTO sla.letter_offset (resume) VALUES (%(resume)s)
ON CONFLICT (one) DO UPDATE SET resume = excluded.resume
