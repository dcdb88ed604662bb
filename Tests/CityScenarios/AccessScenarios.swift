import CityIdentity
import CityKernel
import CityPlatform
import CityWeb
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import CityApp

@Suite("だれがどの扉を通れるか")
struct AccessScenarios {
    @Test("規則のない扉は見つかり、規則はすべて扉を持つ")
    func everyDoorHasARule() async throws {
        try await ScenarioCity.with("hitoyoshi", at: japan("2026-07-04T01:00")) { city in
            let router = try city.running.makeRouter()
            router.get("staff/secret") { _, _ in "x" }
            router.get("forgotten") { _, _ in "x" }
            #expect(
                AccessTable.city.missing(in: router) == ["GET /forgotten", "GET /staff/secret"])
            let doors = router.routes.map { $0.path.description }
            for row in AccessTable.city.rows where !row.path.hasPrefix("/my") {
                let folder = row.path.hasSuffix("/**") ? String(row.path.dropLast(2)) : nil
                let isUsed = doors.contains { door in
                    door == row.path || folder.map { door.hasPrefix($0) } ?? false
                }
                #expect(isUsed, "\(row.path)")
            }
            let application = Application(router: router)
            try await application.test(.router) { client in
                try await client.execute(uri: "/staff/secret", method: .get) { response in
                    #expect(response.status == .forbidden)
                }
            }
        }
    }

    @Test("表の通りに、だれも・どの担当も、通れる扉だけを通る")
    func everyDutyAtEveryDoor() async throws {
        try await ScenarioCity.with("hitoyoshi", at: japan("2026-07-04T01:00")) { city in
            let identity = city.running.city.identity
            let first = try #require(city.running.firstStaff)
            let manager = try await identity.signIn(
                Credentials(
                    login: first.staff.login, password: first.password, address: "192.0.2.1"))
            let manages = Principal.staff(manager.session)
            var tester = try await identity.createStaff(
                login: "tester", displayName: "試す人", duties: [],
                password: "川霧にともる灯りをみる夜", by: manages)
            let token = try await identity.signIn(
                Credentials(
                    login: "tester", password: "川霧にともる灯りをみる夜", address: "192.0.2.1")
            ).token
            try await pass(city, as: nil, nil)
            for duty in Duty.allCases {
                tester.duties = [duty]
                try await identity.update(tester, by: manages)
                try await pass(city, as: token, duty.permissions)
            }
        }
    }

    /// Knocks at every door of staff and compares who is let in with what the table says.
    private func pass(
        _ city: ScenarioCity, as token: SecretToken?, _ rights: Set<Permission>?
    ) async throws {
        let router = try city.running.makeRouter()
        let doors = router.routes.map { (method: $0.method, path: $0.path.description) }
            .filter { $0.method != .head && $0.path.hasPrefix("/staff") }
        #expect(doors.count > 50)
        try await Application(router: router).test(.router) { client in
            for (method, path) in doors {
                let rule = try #require(AccessTable.city.rule(for: method, at: path))
                let isMeant: Bool
                switch rule {
                case .staff(let right): isMeant = rights?.contains(right) ?? false
                // Their forms ask for a password, which is another question.
                case .everybody, .anyStaff: continue
                case .resident, .product, .device: isMeant = false
                }
                var headers: HTTPFields = [:]
                if let token {
                    headers[.cookie] = "session=\(token.text)"
                    headers[.init("X-Form-Token")!] = CSRFToken.make(for: token)
                }
                // A door that is passed may well find nothing behind it.
                let place = path.replacing(/\{[^}]*\}/, with: "1").replacing("**", with: "1")
                let status = try await client.execute(
                    uri: place, method: method, headers: headers
                ) { $0.status }
                let isRefused = status == .unauthorized || status == .forbidden
                #expect(isRefused == !isMeant, "\(method) \(path): \(status)")
            }
        }
    }
}
