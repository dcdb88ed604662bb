import CityWeb
import Foundation

extension Texts {
    /// Words of the edge's staff pages.
    static var ofCityEdge: Texts { .ofDevices.overridden(by: .ofImports) }
}

extension TemplateLibrary {
    /// Templates of the edge's staff pages.
    static var ofCityEdge: URL { Bundle.module.bundleURL.appending(path: "Templates") }
}
