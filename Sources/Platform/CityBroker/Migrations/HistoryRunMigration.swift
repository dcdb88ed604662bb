import CityStore

extension Broker {
    /// The newest telling of a series stands in its state alone, those before it packed beside it
    /// (`tail`) until they fill a run: a reading costs one row of state, and a row of history with
    /// its roll-ups only once in about forty. `source` 0 says that the telling of a state stands in
    /// `broker_history`, as all did before.
    ///
    /// Attributes are found by name in the three indexes of values, which together hold each once.
    static let historyRuns = Migration(
        "broker-0201-history-runs",
        [
            "ALTER TABLE broker_attribute ADD COLUMN source {integer} NOT NULL DEFAULT 0",
            "ALTER TABLE broker_attribute ADD COLUMN tail {blob}",
            """
            CREATE TABLE broker_history_run (
                entity {integer} NOT NULL,
                name {integer} NOT NULL,
                dataset {integer} NOT NULL,
                first {integer} NOT NULL,
                last {integer} NOT NULL,
                count {integer} NOT NULL,
                readings {blob} NOT NULL,
                PRIMARY KEY (entity, name, dataset, first)
            ) {withoutRowid}
            """,
            "DROP INDEX broker_attribute_name",
        ])
}
