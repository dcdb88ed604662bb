/// How the city keeps and shows its past.
package struct HistorySettings: Sendable, Hashable {
    /// Instances in one answer of the temporal interface.
    package var instancesMax: Int
    /// How long readings are kept, by type; types without an entry are kept for ever.
    package var retention: [Retention]

    /// How long readings of one type are kept. Their roll-ups by hour and day stay.
    package struct Retention: Sendable, Hashable {
        package var type: String
        package var days: Int

        package init(type: String, days: Int) {
            self.type = type
            self.days = days
        }
    }

    package init(
        instancesMax: Int = TemporalQuery.instancesMax, retention: [Retention] = []
    ) {
        self.instancesMax = instancesMax
        self.retention = retention
    }
}
