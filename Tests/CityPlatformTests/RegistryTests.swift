import CityKernel
import CityPlatform
import Testing

@Suite("サービスの登録簿")
struct RegistryTests {
    private func manifest(
        _ id: String, reads: Set<String> = [], writes: Set<String> = [],
        planItems: [String] = ["B1"]
    ) -> ServiceManifest {
        ServiceManifest(
            id: id, ring: .field, title: LocalizedText(id), summary: LocalizedText(id),
            planItems: planItems, reads: reads, writes: writes)
    }

    private func faults(
        _ manifests: [ServiceManifest], rules: [RuleDeclaration] = []
    ) -> [RegistryError.Fault] {
        do {
            _ = try Registry(manifests: manifests, rules: rules)
            return []
        } catch {
            return error.faults
        }
    }

    @Test("書き手が二人いる名詞は断る")
    func twoWriters() {
        let faults = faults([manifest("a", writes: ["Lamp"]), manifest("b", writes: ["Lamp"])])
        #expect(faults == [.twoWriters(noun: "Lamp", services: ["a", "b"])])
    }

    @Test("だれも書かない名詞は読めない")
    func noWriter() {
        #expect(faults([manifest("a", reads: ["Lamp"])]) == [.noWriter(noun: "Lamp", reader: "a")])
    }

    @Test("同じ名のサービスと、計画にない項目を断る")
    func namesAndItems() {
        #expect(faults([manifest("a"), manifest("a")]) == [.repeatedService("a")])
        #expect(
            faults([manifest("a", planItems: ["B7"])])
                == [.unknownPlanItem("B7", service: "a")])
    }

    @Test("輪になった規則は断る")
    func circle() {
        let rules = [
            RuleDeclaration(name: "x", serviceID: "a", reads: ["P"], writes: ["Q"]),
            RuleDeclaration(name: "y", serviceID: "a", reads: ["Q"], writes: ["P"]),
            RuleDeclaration(name: "z", serviceID: "a", reads: ["R"], writes: ["S"]),
        ]
        let manifests = [manifest("a", reads: [], writes: ["P", "Q", "R", "S"])]
        #expect(faults(manifests, rules: rules) == [.circle(rules: ["x", "y"])])
    }

    @Test("規則は宣言した名詞にだけ触れる")
    func undeclared() {
        let rule = RuleDeclaration(name: "x", serviceID: "a", reads: ["P"], writes: ["Q"])
        #expect(
            faults([manifest("a", writes: ["Q"])], rules: [rule])
                == [.undeclared(noun: "P", rule: "x", service: "a")])
    }

    @Test("流れの図は、書き手を読み手の左に置く")
    func dataFlow() throws {
        let registry = try Registry(
            manifests: [
                manifest("edge", writes: ["Level"]),
                manifest("rule", reads: ["Level"], writes: ["Stage"]),
                manifest("page", reads: ["Level", "Stage"]),
            ], rules: [])
        let flow = DataFlow(registry)
        var column: [DataFlow.Node: Int] = [:]
        for placed in flow.nodes { column[placed.node] = placed.column }
        for edge in flow.edges {
            #expect(try #require(column[edge.from]) < #require(column[edge.to]))
        }
        #expect(flow.columns == 5)
        #expect(Set(flow.nodes.map { [$0.column, $0.row] }).count == flow.nodes.count)
    }

    @Test("互いに読み合うサービスがあっても図は終わる")
    func mutualReaders() throws {
        let registry = try Registry(
            manifests: [
                manifest("a", reads: ["Q"], writes: ["P"]),
                manifest("b", reads: ["P"], writes: ["Q"]),
            ], rules: [])
        let flow = DataFlow(registry)
        #expect(flow.nodes.count == 4)
        #expect(flow.edges.count == 4)
    }
}
