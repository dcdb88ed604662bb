import CityKernel
package import CityPlatform
import CityVocabulary

/// The facts that a city's folder states for this field: what `cityos import` and every start use.
package enum DisasterOpening {
    /// Thresholds and the words of the stages.
    package static func waterLevel(
        _ configuration: CityConfiguration, into collector: DiagnosticCollector
    ) -> OpeningFacts {
        OpeningFacts(
            always: TextsFile.read(configuration, into: collector).flatMap(\.facts),
            ifUnknown: ThresholdsFile.read(configuration, into: collector).flatMap(\.facts))
    }

    /// Schemes, and the bridges that `lamps` of `city.yaml` name.
    package static func bridgeLights(
        _ configuration: CityConfiguration, into collector: DiagnosticCollector
    ) -> OpeningFacts {
        let schemes = SchemesFile.read(configuration, into: collector)
        let bridges = configuration.lamps.compactMap { lamp -> Bridge? in
            guard let gauge = configuration.gauge(lamp.gauge) else { return nil }
            return Bridge(
                id: EntityID(type: Bridge.entityType, name: lamp.entityID.name), name: lamp.name,
                gaugeID: gauge.entityID, schemeID: lamp.schemeID,
                location: lamp.position, duskPlace: lamp.position ?? configuration.centre)
        }
        return OpeningFacts(ifUnknown: schemes.flatMap(\.facts) + bridges.flatMap(\.facts))
    }

    /// Shelters, towns and heritage. A file that the city does not name leaves its part out.
    package static func places(
        _ configuration: CityConfiguration, into collector: DiagnosticCollector
    ) -> OpeningFacts {
        let towns =
            read("towns", configuration, into: collector).map {
                TownRegister.read(
                    $0.text, file: $0.file, cityID: configuration.id, into: collector)
            } ?? []
        let heritage =
            read("heritage", configuration, into: collector).map {
                HeritageRegister.read($0.text, file: $0.file, into: collector)
            } ?? []
        let shelters = shelters(configuration, towns: towns, into: collector)
        return OpeningFacts(
            always: towns.flatMap(\.facts) + heritage.flatMap(\.facts)
                + shelters.flatMap { shelter in
                    shelter.designation.map {
                        Fact(shelter.id, type: Shelter.entityType, $0.name, $0.attribute)
                    }
                })
    }

    static func shelters(
        _ configuration: CityConfiguration, towns: [Town], into collector: DiagnosticCollector
    ) -> [Shelter] {
        let emergency = read("sheltersEmergency", configuration, into: collector)
        let staying = read("sheltersEvacuation", configuration, into: collector)
        return ShelterRegister.join(
            emergency: emergency.map {
                ShelterRegister.read($0.text, file: $0.file, into: collector)
            } ?? [],
            staying: staying.map {
                ShelterRegister.read($0.text, file: $0.file, into: collector)
            } ?? [],
            towns: towns, file: staying?.file ?? emergency?.file ?? "", into: collector)
    }

    private static func read(
        _ name: String, _ configuration: CityConfiguration, into collector: DiagnosticCollector
    ) -> (text: String, file: String)? {
        guard let path = configuration.files[name],
            let text = configuration.text(of: path, into: collector)
        else { return nil }
        return (text, path)
    }
}
