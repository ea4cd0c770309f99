"""What the processes of the portal log: one line for each request and each failure, without secrets."""
