package import CityBroker
package import CityKernel
import CityVocabulary

/// The type catalogue as the broker holds writes against it.
package struct CatalogueBook: Inspection.Book {
    private let types: [String: TypeDescription]

    package init() {
        types = Dictionary(uniqueKeysWithValues: TypeCatalogue.all.map { ($0.type, $0) })
    }

    package func fault(
        of attribute: Attribute, named name: String, type: String
    ) -> Inspection.Fault? {
        guard let described = types[type]?.attribute(name),
            let message = described.fault(of: attribute)
        else { return nil }
        return Inspection.Fault(
            type: type, attribute: name, message: message,
            remedy: "Send \(described.expectation); \(DeveloperPaths.type(type)) describes it.")
    }

    package func required(of type: String) -> [String] {
        (types[type]?.attributes ?? []).filter(\.isRequired).map(\.name)
    }
}
