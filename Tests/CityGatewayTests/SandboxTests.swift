import CityIdentity
import CityKernel
import CityTesting
import Testing

@testable import CityGateway

@Suite("練習の街の鍵")
struct SandboxTests {
    @Test("鍵は練習の街だけを開き、七日で終わる", arguments: TestEngine.available)
    func opensNothingElse(engine: TestEngine) async throws {
        try await GatewayDesk.with(engine) { desk in
            let key = try await desk.gateway.issueSandboxKey()
            func admit(_ product: APIProduct, _ tenant: String?) async throws -> Admission? {
                do {
                    return try await desk.gateway.admit(
                        .some(key), to: product, tenant: tenant, address: "192.0.2.9")
                } catch let refusal as AdmissionRefusal {
                    #expect([.forbidden, .unauthenticated].contains(refusal.problem.kind))
                    return nil
                }
            }
            let admission = try #require(try await admit(.contextWrite, Sandbox.tenant))
            #expect(admission.principal.may(.writeContext))
            #expect(try await admit(.subscriptions, Sandbox.tenant) != nil)
            #expect(try await admit(.contextWrite, nil) == nil)
            #expect(try await admit(.contextRead, "other") == nil)
            #expect(try await admit(.readings, Sandbox.tenant) == nil)
            desk.clock.advance(by: Sandbox.keyLife + .seconds(1))
            #expect(try await admit(.contextWrite, Sandbox.tenant) == nil)
        }
    }

    @Test("一つの場所からは、一時間に決まった数まで")
    func asking() async throws {
        try await GatewayDesk.with { desk in
            for _ in 1...AskingBook.perHourMax {
                try desk.gateway.take("request", from: "192.0.2.1")
            }
            let problem = #expect(throws: Problem.self) {
                try desk.gateway.take("request", from: "192.0.2.1")
            }
            #expect(problem?.kind == .tooManyRequests)
            try desk.gateway.take("request", from: "192.0.2.2")
            try desk.gateway.take("sandbox-key", from: "192.0.2.1")
            desk.clock.advance(by: .hours(1))
            try desk.gateway.take("request", from: "192.0.2.1")
        }
    }

    @Test("場所をおぼえる数には限りがある")
    func forgets() {
        let book = AskingBook()
        let now = TestStores.morning
        for number in 0...AskingBook.addressesMax {
            #expect(book.take("request", from: "\(number)", at: now) == nil)
        }
    }
}
