"""One construct per concern of the AWS reader."""
