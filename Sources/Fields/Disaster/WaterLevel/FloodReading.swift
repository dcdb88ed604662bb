package import CityKernel
import CityVocabulary

/// One reading of a gauge as history tells it; `nil` centimetres when the gauge said 欠測.
package struct FloodReading: Sendable, Hashable {
    package var levelCentimetres: Int?
    package var observedAt: Timestamp
    package var quality: Quality

    package init(
        levelCentimetres: Int?, observedAt: Timestamp, quality: Quality = .measured
    ) {
        self.levelCentimetres = levelCentimetres
        self.observedAt = observedAt
        self.quality = quality
    }

    /// - Returns: `nil` for a stored value that does not say when it was observed.
    package init?(_ attribute: Attribute) {
        guard let observedAt = attribute.observedAt else { return nil }
        self.init(
            levelCentimetres: WaterLevelObserved.levelCentimetres(attribute),
            observedAt: observedAt, quality: WaterLevelObserved.quality(attribute))
    }
}
