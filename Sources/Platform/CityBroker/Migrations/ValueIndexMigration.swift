import CityStore

extension Broker {
    /// Values by name, for queries that few entities answer. Texts are indexed by their beginning: a
    /// whole one may be longer than PostgreSQL lets an index entry be. JSON is only found by name,
    /// since an array equals each of its elements.
    static let valueIndexes = Migration(
        "broker-values-by-name",
        [
            """
            CREATE INDEX broker_attribute_number ON broker_attribute (name, number, entity)
            WHERE number IS NOT NULL
            """,
            """
            CREATE INDEX broker_attribute_text
            ON broker_attribute (name, substr(text, 1, \(ValueProbe.textPrefixMax)), entity)
            WHERE text IS NOT NULL
            """,
            """
            CREATE INDEX broker_attribute_json ON broker_attribute (name, entity)
            WHERE json IS NOT NULL
            """,
        ])
}
