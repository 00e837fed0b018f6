"""What the story of a hardware token is told with: reader, token, clients, checks."""
