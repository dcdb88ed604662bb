package import CityBroker

/// `types` of `city.yaml`: what becomes of data that does not fit its type, in the city and in each
/// tenant.
package struct TypeSettings: Sendable, Hashable {
    package var validation = Inspection.Mode.warn
    package var tenants: [String: Inspection.Mode] = [:]

    package init() {}

    /// - Parameter tenant: `nil` for the city itself.
    package func mode(of tenant: String?) -> Inspection.Mode {
        tenant.flatMap { tenants[$0] } ?? validation
    }
}

extension CityConfiguration {
    static func readTypes(_ node: ConfigurationNode) -> TypeSettings {
        node.checkKeys(required: [], optional: ["validation", "tenants"])
        var settings = TypeSettings()
        if let mode = node["validation"].flatMap(mode) {
            settings.validation = mode
        }
        for entry in node["tenants"]?.list() ?? [] {
            entry.checkKeys(required: ["name", "validation"])
            guard let name = entry["name"]?.string(),
                let mode = entry["validation"].flatMap(mode)
            else { continue }
            guard settings.tenants[name] == nil else {
                entry["name"]?.report(
                    "the tenant `\(name)` appears twice", remedy: "leave one entry for it")
                continue
            }
            settings.tenants[name] = mode
        }
        return settings
    }

    /// YAML reads `off` without quotes as "no", which means the same here.
    private static func mode(_ node: ConfigurationNode) -> Inspection.Mode? {
        node.plainText == "off" ? .off : node.choice(Inspection.Mode.self)
    }
}
