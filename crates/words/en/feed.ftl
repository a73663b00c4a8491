# Feeds for feed readers.

feed-title = Technologies: { $filter } · Bellwether
