package import CityPlatform

/// 防災: the services of this field, as the registry lists them.
package enum DisasterField {
    package static func services(of configuration: CityConfiguration) -> [any CityService] {
        [WaterLevelService(), BridgeLightService()]
    }
}
