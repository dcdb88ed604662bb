package import CityIdentity
import CityKernel
package import CityWeb
import HTTPTypes
import Hummingbird
import NIOCore

/// `/audit`: the log for everybody (C2SP tlog-tiles: checkpoint and tiles) and for neighbours (C2SP
/// tlog-witness). The hashes are public; the lines are read by staff with the right to.
///
/// Plan: データ連携基盤, 判断の透明性
package struct AuditDoors: Sendable {
    package static let path = "/audit"

    private let log: AuditLog

    package init(log: AuditLog) { self.log = log }

    package func addRoutes(to router: CityRouter) {
        router.get("audit/checkpoint") { _, _ in try await checkpoint() }
        router.get("audit/key") { [log] _, _ in
            Self.text("log \(log.key.text)\nwitness \(log.witnessKey.text)\n", maxAge: 60)
        }
        router.get("audit/tile/**") { _, context in
            try await tile(context.parameters.getCatchAll().joined(separator: "/"))
        }
        router.post("audit/add-checkpoint") { request, _ in try await cosign(request) }
        router.get("staff/audit/tile/**") { _, context in
            try context.requireStaff(.viewAudit)
            return try await bundle(context.parameters.getCatchAll().joined(separator: "/"))
        }
    }

    private func checkpoint() async throws -> Response {
        guard let signed = try await log.checkpoint() else {
            throw Problem(
                .notFound, title: "Nothing is signed yet",
                detail: "The log has no checkpoint.",
                remedy: "Ask again in \(log.settings.checkpointSeconds) seconds.")
        }
        return Self.text(signed.note.description, maxAge: 2)
    }

    private func tile(_ path: String) async throws -> Response {
        guard let tile = TilePath(path), case .hashes(let level) = tile.kind,
            let bytes = try await log.tile(level: level, number: tile.number, width: tile.width)
        else { throw Self.noTile }
        return Self.tile(bytes, caching: "public, max-age=31536000, immutable")
    }

    private func bundle(_ path: String) async throws -> Response {
        guard let tile = TilePath(path), case .entries = tile.kind,
            let bytes = try await log.bundle(number: tile.number, width: tile.width)
        else { throw Self.noTile }
        return Self.tile(bytes, caching: "private, no-store")
    }

    private func cosign(_ request: Request) async throws -> Response {
        var request = request
        let body = try await request.collectBody(upTo: WitnessRequest.bytesMax)
        switch try await log.addCheckpoint(String(buffer: body)) {
        case .cosigned(let lines): return Self.text(lines, maxAge: nil)
        case .unreadable: return Self.text("not a request of tlog-witness\n", .badRequest)
        case .untrusted: return Self.text("no signature of a known key\n", .forbidden)
        case .unknownLog:
            return Self.text("this city is no witness of that log\n", .notFound)
        case .otherSize(let size):
            return Self.text("\(size)\n", .conflict, type: "text/x.tlog.size")
        case .otherRoot: return Self.text("the same size has another root\n", .conflict)
        case .inconsistent:
            return Self.text("the proof does not hold\n", .unprocessableContent)
        }
    }

    private static let noTile = Problem(
        .notFound, title: "There is no such tile",
        detail: "The signed log does not have it, or its address is spelt otherwise.",
        remedy: "Compute the tiles of a log from the size in /audit/checkpoint.")

    private static func tile(_ bytes: [UInt8], caching: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/octet-stream", .cacheControl: caching],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private static func text(
        _ text: String, _ status: HTTPResponse.Status = .ok, maxAge seconds: Int? = nil,
        type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: type,
                .cacheControl: seconds.map { "public, max-age=\($0)" } ?? "no-store",
            ],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
