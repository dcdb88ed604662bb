import CityKernel
import CityTesting

/// Things that the tests of the broker speak of.
enum Town {
    static let gauge = EntityID(type: "WaterLevelObserved", name: "hitoyoshi")
    static let morning = TestStores.morning

    static func level(_ metres: Double?, at minute: Int, of id: EntityID = gauge) -> Fact {
        Fact(
            id, type: "WaterLevelObserved", "waterLevel",
            .property(
                metres.map(JSONValue.number) ?? .null, unitCode: "MTR",
                observedAt: morning + .minutes(minute)))
    }

    static func lamp(_ name: String, brightness: Int64, at point: GeoPoint? = nil) -> Entity {
        var attributes = [NamedAttribute("brightness", .property(.integer(brightness)))]
        if let point { attributes.append(NamedAttribute("location", .place(.point(point)))) }
        return Entity(
            id: EntityID(type: "Lamp", name: name), types: ["Lamp"], attributes: attributes)
    }
}
