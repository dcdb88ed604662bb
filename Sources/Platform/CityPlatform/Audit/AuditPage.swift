package import CityIdentity
import CityKernel
package import CityWeb
import Hummingbird

/// `/staff/audit`: who did what, page by page, with the newest signed head and its witnesses;
/// `/staff/audit/{number}`: one line and its proof, checked on the spot.
package struct AuditPage: Sendable {
    package static let path = "/staff/audit"
    package static let menuItem = MenuItem(
        path: path, words: LocalizedText("監査記録", easy: "だれが 何を したか", en: "Audit"), icon: "list")

    private let city: City
    private let log: AuditLog

    package init(city: City, log: AuditLog) {
        self.city = city
        self.log = log
    }

    static func path(of number: Int64) -> String { "\(path)/\(number)" }

    package func addRoutes(to router: CityRouter) {
        router.get("staff/audit") { request, context in
            try context.requireStaff(.viewAudit)
            return try await list(request, context)
        }
        router.get("staff/audit/:number") { request, context in
            try context.requireStaff(.viewAudit)
            return try await one(request, context)
        }
    }

    private func list(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let query = request.uri.queryParameters
        func asked(_ name: String) -> String? {
            query[Substring(name)].map { String($0.prefix(200)) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        let filter = AuditFilter(actor: asked("actor"), noun: asked("noun"))
        let before = asked("before").flatMap { Int64($0) } ?? .max
        let lines = try await city.identity.listAudit(
            filter, before: before, limit: Pager.rowsMax + 1)
        let state = AuditState(
            signed: try await log.checkpoint(), witnessed: try await log.listWitnessed(),
            log: log, names: try await names(), now: city.clock.now)
        return try await city.pages.respondToStaff("audit/list", to: request, context) {
            AuditModel(lines, filter, isFirstPage: before == .max, state, desk: $0)
        }
    }

    private func one(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        guard let number = Int64(try context.parameters.require("number")), number >= 0 else {
            throw AuditError.unknownEntry(-1)
        }
        let filter = AuditFilter()
        let isNewest = number == .max
        let line =
            isNewest
            ? nil
            : try await city.identity.listAudit(filter, before: number + 1, limit: 1).first
        guard let line, line.number == number else { throw AuditError.unknownEntry(number) }
        let proof = try await log.proof(of: number)
        let (names, now, key) = (try await names(), city.clock.now, log.key)
        return try await city.pages.respondToStaff(
            "audit/one", to: request, context,
            page: {
                $0.crumbs = [.init(Self.menuItem.words[context.language], path: Self.path)]
            },
            model: {
                AuditLineModel(line, proof, key: key, names: names, now: now, desk: $0)
            })
    }

    /// Names of the accounts that lines point at; the log itself holds none.
    private func names() async throws -> [String: String] {
        Dictionary(
            try await city.identity.listStaff().map { ($0.id, $0.displayName) },
            uniquingKeysWith: { $1 })
    }
}
