import CityStore

extension HistoryStore {
    /// What was told with an end of storage goes when it ends (§4.22).
    /// - Returns: the times of what is gone.
    static func deleteTransient(
        _ key: AttributeKey, in connection: any Connection
    ) throws -> [Int64] {
        try connection.query(
            """
            DELETE FROM broker_history
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND sub_attributes LIKE $4
            RETURNING at
            """, key.values + [.text(SubAttributeText.transientStart + "%")]
        ) { $0.integer(0) }
    }
}
