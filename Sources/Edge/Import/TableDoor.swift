import CityKernel
import CityWeb
import HTTPTypes
import Hummingbird
import NIOCore

/// Tables that a system brings itself: `POST /ingest/v1/tables/{mapping}` with its own CSV, JSON,
/// GeoJSON, XML or Excel, read by the mapping that staff keep. Answered once durable, with what became
/// of each row, in the language that `Accept-Language` prefers.
///
/// 200: at least one row was good, or there was none; look at `bad`. 400: none was.
struct TableDoor: Sendable {
    static let bodyBytesMax = SourceTable.bytesMax

    let desk: ImportDesk
    let access: IngestAccess

    /// Adds the door to a router whose middleware turns a `Problem` into an answer.
    func addRoutes<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.post("/ingest/v1/tables/:mapping") { request, context in
            try await access.check(request)
            return try await take(request, try context.parameters.require("mapping"))
        }
    }

    private func take(_ request: Request, _ id: String) async throws -> Response {
        let mapping = try await desk.mapping(id)
        let language =
            request.headers[.acceptLanguage].flatMap { Language(accepted: $0) } ?? .japanese
        let run = try await desk.run(
            try await body(of: request), mapping, origin: "POST", by: "edge/push")
        if let failure = run.failure {
            throw Problem(
                .badRequestData, title: "The table cannot be imported",
                detail: failure.sentence[language],
                remedy: "Send a table with the columns of the mapping \(id).")
        }
        guard case .object(var told) = run.report.json(in: language) else {
            preconditionFailure("a report is an object")
        }
        told.append("run", .integer(run.id))
        let isRefused = run.report.bad > 0 && run.report.stored + run.report.repeated == 0
        return Response(
            status: isRefused ? .badRequest : .ok,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(bytes: JSONValue.object(told).bytes)))
    }

    private func body(of request: Request) async throws -> [UInt8] {
        do {
            return Array(try await request.body.collect(upTo: Self.bodyBytesMax).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw Problem(
                .tooLarge, title: "The table is too large",
                detail: "One table has \(Self.bodyBytesMax >> 20) MiB at most.",
                remedy: "Send it in several parts.")
        }
    }
}
