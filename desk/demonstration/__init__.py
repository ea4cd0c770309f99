"""The desk of the demonstration: people of example cities, and practices in every state. All content is fictional."""
