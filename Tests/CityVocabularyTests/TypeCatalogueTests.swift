import CityKernel
import CityVocabulary
import Testing

@Suite("型の説明")
struct TypeCatalogueTests {
    @Test("街の名詞が述べるものは、その型の説明に合う", arguments: NounCase.all)
    func nounsFit(noun: NounCase) throws {
        let description = try #require(TypeCatalogue.find(noun.entity.types[0]))
        #expect(description.faults(of: noun.entity, isWhole: true).isEmpty)
    }

    @Test(
        "合わない値は、属性の名で言う",
        arguments: [
            Attribute.property("高い", unitCode: "MTR"), .property(3.46, unitCode: "FOT"),
            .property(100_000, unitCode: "MTR"),
        ])
    func faults(level: Attribute) throws {
        let description = try #require(TypeCatalogue.find("WaterLevelObserved"))
        var entity = Entity(
            id: NounCase.gaugeID, types: ["WaterLevelObserved"],
            attributes: [NamedAttribute("waterLevel", level), NamedAttribute("x", .property(1))])
        #expect(description.faults(of: entity, isWhole: false).map(\.attribute) == ["waterLevel"])
        let said = try #require(description.faults(of: entity, isWhole: false).first?.message)
        #expect(Set(Language.allCases.map { said[$0] }).count == 3)
        entity.attributes.removeFirst()
        #expect(description.faults(of: entity, isWhole: false).isEmpty)
        #expect(description.faults(of: entity, isWhole: true).map(\.attribute) == ["waterLevel"])
    }
}
