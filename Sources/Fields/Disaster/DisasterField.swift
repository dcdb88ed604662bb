package import CityPlatform
import Foundation

/// 防災: the services of this field, in the order in which they speak.
package enum DisasterField {
    package static func services(of configuration: CityConfiguration) -> [any CityService] {
        [WaterLevelService(), BridgeLightsService(), PortalService()]
    }

    /// Templates of all services of the field.
    static var templates: URL { Bundle.module.bundleURL.appending(path: "Templates") }
}
