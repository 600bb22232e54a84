"""Claims what is due, calls the gateway and records how it went; telling in person is recorded here too."""
