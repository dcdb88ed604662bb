package import CityBroker
package import CityKernel
import HTTPTypes
package import Hummingbird
import NIOCore

/// The simplest way in: `POST /ingest/v1/readings` with a JSON array, or with the table that feeds
/// use (`text/csv`). The answer comes after the readings are durable, with what became of each.
///
/// 200: at least one reading was good; look at `bad`. 400: none was.
/// `GET /ingest/v1/status` tells how feeds and MQTT fare, and what was refused lately.
package struct IngestDoor: Sendable {
    package static let bodyBytesMax = 2 << 20

    private let broker: Broker
    private let rules: ReadingRules
    private let access: IngestAccess
    private let clock: any CityClock
    private let board: SourceBoard

    package init(
        broker: Broker, rules: ReadingRules, access: IngestAccess, clock: any CityClock
    ) {
        self.init(
            broker: broker, rules: rules, access: access, clock: clock, board: SourceBoard())
    }

    /// - Parameter board: what `GET /ingest/v1/status` tells.
    init(
        broker: Broker, rules: ReadingRules, access: IngestAccess, clock: any CityClock,
        board: SourceBoard
    ) {
        self.broker = broker
        self.rules = rules
        self.access = access
        self.clock = clock
        self.board = board
    }

    /// Adds the door to a router whose middleware turns a `Problem` into an answer.
    package func addRoutes<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.post("/ingest/v1/readings") { request, _ in
            try await access.check(request)
            return try await answer(request)
        }
        router.get("/ingest/v1/status") { request, _ in
            try await access.check(request)
            return Self.response(board.json, status: .ok)
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        let body = try await body(of: request)
        let report: ImportReport
        switch Self.mediaType(request) {
        case "text/csv":
            let importer = LevelImporter(broker: broker, rules: rules, clock: clock)
            report = try await importer.importTable(body, file: "readings", source: "ingest/http")
        case "application/json": report = try await store(json: body)
        case let other:
            throw Problem(
                .unsupportedMediaType, title: "The body's type is not known",
                detail: "\(other.isEmpty ? "No Content-Type" : String(other.prefix(80)))",
                remedy: "Send application/json or text/csv.")
        }
        let isRefused = report.isRefused || (report.read > 0 && report.bad == report.read)
        return Self.response(report.json, status: isRefused ? .badRequest : .ok)
    }

    private func store(json body: [UInt8]) async throws -> ImportReport {
        var list = try ReadingList(json: body, rules: rules, now: clock.now)
        guard !list.readings.isEmpty else { return list.report }
        let applied = try await broker.apply(list.readings.map(\.fact), source: "ingest/http")
        list.report.failedRules = Set(applied.failedRules)
        return list.report
    }

    private func body(of request: Request) async throws -> [UInt8] {
        do {
            return Array(try await request.body.collect(upTo: Self.bodyBytesMax).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw Problem(
                .tooLarge, title: "The body is too large",
                detail: "One request takes \(Self.bodyBytesMax >> 20) MiB; nothing was stored.",
                remedy: "Send the readings in several requests.")
        }
    }

    private static func mediaType(_ request: Request) -> String {
        let header = request.headers[.contentType] ?? ""
        return String(header.prefix { $0 != ";" && $0 != " " }).lowercased()
    }

    private static func response(
        _ json: JSONValue, status: HTTPResponse.Status
    ) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}
