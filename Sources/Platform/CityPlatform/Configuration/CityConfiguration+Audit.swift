import CityIdentity

extension CityConfiguration {
    /// `audit`: the log's name, who cosigns it, and whose logs this city cosigns.
    static func readAudit(_ node: ConfigurationNode?, cityID: String) -> AuditLogSettings {
        var settings = AuditLogSettings(
            origin: AuditLogSettings.standardOrigin(cityID: cityID))
        guard let node else { return settings }
        node.checkKeys(
            required: [], optional: ["origin", "checkpointSeconds", "witnesses", "neighbours"])
        if let origin = node["origin"]?.string() {
            if NoteKey.isName(origin) {
                settings.origin = origin
            } else {
                node["origin"]?.report(
                    "`\(origin)` cannot name a log",
                    remedy: "write its public address without https:// , blanks and +")
            }
        }
        if let seconds = node["checkpointSeconds"]?.integer(in: 1...86_400) {
            settings.checkpointSeconds = seconds
        }
        settings.witnesses = readList(node["witnesses"], AuditLogSettings.witnessesMax, witness)
        settings.neighbours = readList(node["neighbours"], AuditLogSettings.neighboursMax) {
            noteKey($0, .log)
        }
        return settings
    }

    private static func readList<Value>(
        _ node: ConfigurationNode?, _ countMax: Int, _ read: (ConfigurationNode) -> Value?
    ) -> [Value] {
        let entries = node?.list() ?? []
        guard entries.count <= countMax else {
            node?.report("more than \(countMax) entries", remedy: "leave at most \(countMax)")
            return []
        }
        return entries.compactMap(read)
    }

    private static func witness(_ node: ConfigurationNode) -> AuditLogSettings.Witness? {
        node.checkKeys(required: ["key", "url"])
        let key = node["key"].flatMap { noteKey($0, .witness) }
        let url = node["url"].flatMap(webAddress)
        guard let key, let url else { return nil }
        return AuditLogSettings.Witness(key: key, url: url)
    }

    private static func noteKey(_ node: ConfigurationNode, _ purpose: NoteKey.Purpose) -> NoteKey? {
        guard let text = node.string() else { return nil }
        guard let key = NoteKey(text), key.purpose == purpose else {
            let whose = purpose == .log ? "of a log" : "of a witness"
            node.report(
                "this is not the key \(whose)",
                remedy: "copy it from the neighbour's /audit/key, the line that begins "
                    + (purpose == .log ? "\"log\"" : "\"witness\""))
            return nil
        }
        return key
    }
}
