import CityWeb

/// Addresses of the edge's staff pages.
enum EdgePaths {
    static let devices = "/staff/devices"
    static let newDevice = "/staff/devices/new"
    static let newModel = "/staff/device-models/new"
    static let imports = "/staff/imports"
    static let newImport = "/staff/imports/new"
    static let newSource = "/staff/import-sources/new"

    static func device(_ id: String) -> String { "/staff/devices/\(id)" }
    static func model(_ id: String) -> String { "/staff/device-models/\(id)" }
    static func draft(_ id: String, mapping: String) -> String {
        "/staff/imports/drafts/\(id)?from=\(mapping)"
    }
    static func run(_ id: Int64) -> String { "/staff/imports/runs/\(id)" }
    static func source(_ id: String) -> String { "/staff/import-sources/\(id)" }
}
