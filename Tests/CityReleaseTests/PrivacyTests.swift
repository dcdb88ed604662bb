import CityKernel
import CityRelease
import CityStore
import CityTesting
import Testing

struct PrivacyTests {
    @Test("雑音は離散ラプラス分布のとおりに散らばる", arguments: [250, 1_000, 2_000] as [Int64])
    func distribution(thousandths: Int64) throws {
        let epsilon = try #require(Epsilon(thousandths: thousandths))
        var noise = DiscreteLaplace(epsilon, source: Dice(seed: 3))
        let draws = 20_000
        var counts: [Int64: Int] = [:]
        for _ in 0..<draws { counts[noise.draw(), default: 0] += 1 }
        // P(x) = (1 − p) / (1 + p) · p^|x| with p = exp(−ε); five standard errors are allowed.
        let p = exponential(-Double(thousandths) / 1_000)
        for value: Int64 in -4...4 {
            var chance = (1 - p) / (1 + p)
            for _ in 0..<abs(value) { chance *= p }
            let expected = chance * Double(draws)
            let seen = Double(counts[value] ?? 0)
            #expect((seen - expected) * (seen - expected) < 25 * (expected + 1))
        }
    }

    /// The series; Foundation is not needed for one number.
    private func exponential(_ x: Double) -> Double {
        var (sum, term) = (1.0, 1.0)
        for step in 1..<40 {
            term *= x / Double(step)
            sum += term
        }
        return sum
    }

    @Test("予算は使うたびに減り、足りなければ断られ、上限は変えられない", arguments: TestEngine.available)
    func budget(engine: TestEngine) async throws {
        let limit = try #require(Epsilon(thousandths: 1_000))
        let raised = try #require(Epsilon(thousandths: 2_000))
        try await TestStores.with(engine, migrations: BudgetLedger.migrations) { store in
            func spend(_ thousandths: Int64, _ limit: Epsilon) async throws -> Int64 {
                try await store.write { transaction in
                    try BudgetLedger.spend(
                        thousandths, of: .init(dataset: "checkup", limit: limit), release: "r",
                        definitionHash: "h", in: transaction
                    ).left
                }
            }
            #expect(try await spend(400, limit) == 600)
            await #expect(throws: Problem.self) { try await spend(601, limit) }
            await #expect(throws: Problem.self) { try await spend(1, raised) }
            #expect(try await spend(600, limit) == 0)
            await #expect(throws: Problem.self) { try await spend(1, limit) }
            let account = try await store.read { try BudgetLedger.find("checkup", in: $0) }
            #expect(account?.spent == 1_000)
        }
    }

    @Test("同時に使っても予算を越えない", arguments: TestEngine.available)
    func race(engine: TestEngine) async throws {
        let limit = try #require(Epsilon(thousandths: 1_000))
        try await TestStores.with(engine, migrations: BudgetLedger.migrations) { store in
            let granted = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        do {
                            _ = try await store.write { transaction in
                                try BudgetLedger.spend(
                                    100, of: .init(dataset: "d", limit: limit), release: "r",
                                    definitionHash: "h", in: transaction)
                            }
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(granted == 10)
        }
    }

    @Test("雑音つきの数は、だれもいない組も含めて全部の組に出る")
    func domain() throws {
        var definition = InventedTown.definition()
        definition.counts = [
            .init(by: ["町内"], epsilon: try #require(Epsilon(thousandths: 500)))
        ]
        let release = try AnonymisedRelease(
            of: InventedTown.rows(1_000), by: definition, random: Dice(seed: 1))
        let cells = try #require(release.counts.first?.cells)
        #expect(cells.map { $0.names[0] }.sorted() == InventedTown.areas().keys.sorted())
        #expect(cells.allSatisfy { $0.count >= 0 })
    }
}
