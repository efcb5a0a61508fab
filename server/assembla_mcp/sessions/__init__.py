"""Who asks decides the client: from a credential to an `Api`."""
