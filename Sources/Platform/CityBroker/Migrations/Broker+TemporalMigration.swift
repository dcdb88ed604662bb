import CityStore

extension Broker {
    /// Evolution that can be edited, and roll-ups of it.
    static let temporalTables = Migration(
        "broker-0002-evolution",
        [
            // An instance keeps its name when its time is corrected; see `InstanceName`.
            "ALTER TABLE broker_history ADD COLUMN modified_at {integer}",
            "ALTER TABLE broker_history ADD COLUMN instance TEXT",
            """
            CREATE INDEX broker_history_instance ON broker_history (instance)
            WHERE instance IS NOT NULL
            """,
            // Entities that only the temporal interface ever told of end with their evolution.
            "ALTER TABLE broker_entity ADD COLUMN is_evolution {integer} NOT NULL DEFAULT 0",
            "CREATE INDEX broker_entity_deleted ON broker_entity (id) WHERE deleted_at IS NOT NULL",
            """
            CREATE TABLE broker_rollup (
                entity {integer} NOT NULL,
                name {integer} NOT NULL,
                dataset {integer} NOT NULL,
                level {integer} NOT NULL,
                at {integer} NOT NULL,
                count {integer} NOT NULL,
                others {integer} NOT NULL,
                sum {real} NOT NULL,
                deviation {real} NOT NULL,
                low {real},
                high {real},
                has_minutes {integer} NOT NULL,
                PRIMARY KEY (entity, name, dataset, level, at)
            ) {withoutRowid}
            """,
            """
            CREATE TABLE broker_series (
                entity {integer} NOT NULL,
                name {integer} NOT NULL,
                dataset {integer} NOT NULL,
                kept_since {integer} NOT NULL,
                PRIMARY KEY (entity, name, dataset)
            ) {withoutRowid}
            """,
            rollUpOfHistory(level: 2, bucket: hourStart),
            rollUpOfHistory(level: 3, bucket: dayStart),
        ])

    private static let hourStart = "at - ((at % 3600000000) + 3600000000) % 3600000000"
    /// Midnight in Japan.
    private static let dayStart =
        "at - (((at + 32400000000) % 86400000000) + 86400000000) % 86400000000"

    /// What was told before there were roll-ups, rolled up.
    private static func rollUpOfHistory(level: Int, bucket: String) -> String {
        """
        INSERT INTO broker_rollup (entity, name, dataset, level, at, count, others, sum, deviation,
            low, high, has_minutes)
        SELECT entity, name, dataset, \(level), bucket, COUNT(number),
            COUNT(*) - COUNT(number), COALESCE(SUM(number), 0.0),
            COALESCE(SUM((number - mean) * (number - mean)), 0.0), MIN(number), MAX(number), 0
        FROM (
            SELECT entity, name, dataset, bucket, number,
                AVG(number) OVER (PARTITION BY entity, name, dataset, bucket) AS mean
            FROM (
                SELECT entity, name, dataset, \(bucket) AS bucket,
                    CASE WHEN kind = 1 THEN number END AS number
                FROM broker_history h
                WHERE is_observed = 1 AND kind > 0 AND NOT EXISTS (
                    SELECT 1 FROM broker_history l
                    WHERE l.entity = h.entity AND l.name = h.name AND l.dataset = h.dataset
                        AND l.at = h.at AND l.told_at > h.told_at)
            ) told
        ) measured
        GROUP BY entity, name, dataset, bucket
        """
    }
}
