"""What somebody typed or a file says, read value by value with a sentence for what is wrong."""
