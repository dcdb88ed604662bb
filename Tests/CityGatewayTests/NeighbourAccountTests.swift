import CityIdentity
import CityTesting
import Testing

@testable import CityGateway

@Suite("近隣の市の窓口")
struct NeighbourAccountTests {
    private func kuma(_ products: [APIProduct]) -> NeighbourAccount {
        NeighbourAccount(id: "kuma", name: "球磨村", products: products)
    }

    @Test("近隣の市は利用者になり、決められた製品だけを使い、数えられる", arguments: TestEngine.available)
    func account(engine: TestEngine) async throws {
        try await GatewayDesk.with(engine) { desk in
            let gateway = desk.gateway
            try await gateway.openAccounts([kuma([.contextRead])])
            try await gateway.openAccounts([kuma([.contextRead])])
            #expect(try await gateway.listConsumers().map(\.name) == ["球磨村"])
            let admission = try await gateway.admit(
                neighbour: "kuma", scope: .read, to: .contextRead)
            #expect(admission.principal.actor == "neighbour:kuma")
            #expect(admission.limits?.plan == .large)
            #expect(!admission.principal.may(.writeContext))
            await #expect(throws: AdmissionRefusal.self) {
                try await gateway.admit(neighbour: "kuma", scope: .read, to: .contextWrite)
            }
            await #expect(throws: AdmissionRefusal.self) {
                try await gateway.admit(neighbour: "asagiri", scope: .write, to: .contextRead)
            }
        }
    }

    @Test("加わった製品は開き、職員が終えた製品は終えたまま")
    func changes() async throws {
        try await GatewayDesk.with { desk in
            let gateway = desk.gateway
            try await gateway.openAccounts([kuma([.contextRead])])
            let id = try #require(try await gateway.listConsumers().first?.id)
            try await gateway.endSubscription(id, of: "context-read/v1", by: desk.manager)
            try await gateway.openAccounts([kuma([.contextRead, .contextWrite])])
            await #expect(throws: AdmissionRefusal.self) {
                try await gateway.admit(neighbour: "kuma", scope: .write, to: .contextRead)
            }
            let admission = try await gateway.admit(
                neighbour: "kuma", scope: .write, to: .contextWrite)
            #expect(admission.consumerID == id)
        }
    }
}
