"""The FTP server of the box: a small process that fills the watched folder and knows nothing else."""
