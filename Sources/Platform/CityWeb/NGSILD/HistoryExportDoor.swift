import CityBroker
import CityKernel
import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /history/export`: the past as a table or a map, for people who work with files. Everything
/// is streamed, so that it may be as long as the history.
struct HistoryExportDoor {
    static let path = "/history/export"

    let broker: Broker
    let access: NGSILDAccess
    /// Chosen by `NGSILD-Tenant`.
    let tenants: TenantDirectory?

    func open(on router: CityRouter) {
        let (home, access, tenants) = (broker, access, tenants)
        router.get(RouterPath(Self.path)) { request, context in
            _ = try access.admit(context.principal, .read)
            var broker = home
            if let name = request.headers[.tenant], !name.isEmpty {
                guard let tenant = try await tenants?.find(name) else {
                    throw NGSILDDesk.unknownTenant(name)
                }
                broker = tenant
            }
            return Self.response(
                try Self.export(
                    await NGSILDRequest(request, path: context.parameters, broker.contexts)), broker
            )
        }
    }

    private static func response(_ export: HistoryExport, _ broker: Broker) -> Response {
        var response = Response(status: .ok)
        response.headers[.contentType] = export.format.mediaType
        response.headers[.contentDisposition] =
            "attachment; filename=\"history.\(export.format.rawValue)\""
        response.body = ResponseBody { writer in
            try await broker.exportHistory(export) { bytes in
                if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
            }
            try await writer.finish(nil)
        }
        return response
    }

    private static func export(_ request: NGSILDRequest) throws(Problem) -> HistoryExport {
        let word = request.parameter("format") ?? HistoryExport.Format.csv.rawValue
        guard let format = HistoryExport.Format(rawValue: word) else {
            throw .badRequest("format is csv or geojson", at: "format")
        }
        let context = try request.linkedContext()
        var export = HistoryExport(format)
        export.types = try request.list("type").map(context.name)
        export.attributes = try request.list("attrs").map(context.name)
        for text in try request.list("id") {
            guard let id = EntityID(text) else {
                throw .badRequest("an entity id is an absolute URI", at: "id")
            }
            export.ids.append(id)
        }
        export.from = try instant(request, "from")
        export.to = try instant(request, "to")
        if let from = export.from, let to = export.to, to < from {
            throw .badRequest("to is later than from", at: "to")
        }
        guard !export.types.isEmpty || !export.ids.isEmpty else {
            throw .badRequest(
                "an export needs type or id", at: "type",
                remedy: "Add for example type=WaterLevelObserved.")
        }
        return export
    }

    private static func instant(
        _ request: NGSILDRequest, _ name: String
    ) throws(Problem) -> Timestamp? {
        guard let text = request.parameter(name) else { return nil }
        guard let time = Timestamp(iso8601: text) else {
            throw .badRequest(
                "\(name) is a date and time", at: name,
                remedy: "Write for example 2026-06-01T09:00:00Z.")
        }
        return time
    }
}
