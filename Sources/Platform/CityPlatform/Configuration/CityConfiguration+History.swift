import CityBroker

extension CityConfiguration {
    /// `history`: how much of the past one answer shows, and how long readings are kept by type.
    static func readHistory(_ node: ConfigurationNode) -> HistorySettings {
        node.checkKeys(required: [], optional: ["instancesPerAnswer", "retention"])
        var settings = HistorySettings()
        if let count = node["instancesPerAnswer"]?.integer(in: 10...1_000_000) {
            settings.instancesMax = count
        }
        for entry in node["retention"]?.list() ?? [] {
            guard let rule = retention(entry) else { continue }
            guard !settings.retention.contains(where: { $0.type == rule.type }) else {
                entry["type"]?.report(
                    "the type `\(rule.type)` appears twice", remedy: "leave one entry for it")
                continue
            }
            settings.retention.append(rule)
        }
        return settings
    }

    private static func retention(_ node: ConfigurationNode) -> HistorySettings.Retention? {
        node.checkKeys(required: ["type", "days"])
        let days = node["days"]?.integer(in: 1...36_500)
        guard let type = node["type"]?.string(), let days else { return nil }
        guard !type.isEmpty else {
            node["type"]?.report("a type has a name", remedy: "write for example WeatherObserved")
            return nil
        }
        return HistorySettings.Retention(type: type, days: days)
    }
}
