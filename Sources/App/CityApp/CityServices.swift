import CityEdge
package import CityPlatform

#if FIELD_DISASTER
    import CityDisaster
#endif

/// The list of what this program can do: edges first, then fields. One line a service's home.
package enum CityServices {
    package static func all(of configuration: CityConfiguration) -> [any CityService] {
        var services: [any CityService] = CityEdge.services(of: configuration)
        #if FIELD_DISASTER
            if configuration.fields.contains(.disaster) {
                services += DisasterField.services(of: configuration)
            }
        #endif
        return services
    }
}
