import ArgumentParser
import CityApp
import CityBroker
import CityKernel
import Logging

/// Writes history into a file that a spreadsheet or a map opens.
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write history as CSV or GeoJSON, while the city serves or not.",
        discussion: """
            One line or feature a reading: id, type, attribute, datasetId, observedAt, value, \
            unitCode, recordedAt. A serving city gives the same at GET /history/export.
            """)

    @OptionGroup var options: CityOptions

    @Option(help: "A type of entities; may be given again.")
    var type: [String] = []

    @Option(help: "An entity by its id; may be given again.")
    var id: [String] = []

    @Option(help: "An attribute; may be given again. Default: all.")
    var attribute: [String] = []

    @Option(help: "From this time on, such as 2026-06-01T00:00:00+09:00.")
    var from: String?

    @Option(help: "Up to this time, which is not part of it.")
    var until: String?

    @Option(help: "csv or geojson.")
    var format = HistoryExport.Format.csv.rawValue

    @Option(help: "A tenant, as in the header NGSILD-Tenant. Default: the city's own picture.")
    var tenant: String?

    @Option(help: "The file to write; must not exist.")
    var to: String

    func validate() throws {
        if type.isEmpty, id.isEmpty { throw ValidationError("name a --type or an --id") }
        if HistoryExport.Format(rawValue: format) == nil {
            throw ValidationError("--format is csv or geojson")
        }
        if let wrong = id.first(where: { EntityID($0) == nil }) {
            throw ValidationError("--id \(wrong) is not an absolute URI")
        }
        for (name, text) in [("--from", from), ("--until", until)] {
            if let text, Timestamp(iso8601: text) == nil {
                throw ValidationError("\(name) is a time such as 2026-06-01T00:00:00+09:00")
            }
        }
    }

    func run() async throws {
        try await reporting(asJSON: options.json) {
            let export = HistoryExport(
                HistoryExport.Format(rawValue: format) ?? .csv, types: type,
                ids: id.compactMap(EntityID.init), attributes: attribute,
                from: from.flatMap { Timestamp(iso8601: $0) },
                to: until.flatMap { Timestamp(iso8601: $0) })
            let bar = ProgressBar("export", isShown: Console.errorIsTerminal && !options.json)
            let count = try await HistoryFile(export, path: to, tenant: tenant).write(
                from: options.opening, logger: .quiet
            ) { bar.show($0) }
            let json: JSONValue = ["file": .string(to), "readings": .integer(Int64(count))]
            Console.print(options.json ? json.text : "\(to): \(count) readings")
        }
    }
}
