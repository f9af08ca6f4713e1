/// Ross's nearest-neighbour estimate between the leading principal components of the output and the predicted class.
///
/// Source: Ross 2014, "Mutual Information between Discrete and Continuous Data Sets"; see `NearestNeighbourInformation`.
public struct NearestNeighbours: InformationEstimator {
    /// "nearest_neighbours"
    public let name = "nearest_neighbours"
    /// For help.
    public let summary = "mutual information by nearest neighbours (Ross) on principal components"
    /// Principal components kept.
    public let components: Int
    /// Neighbours within the class.
    public let neighbours: Int

    /// The estimator.
    public init(components: Int = 8, neighbours: Int = 3) {
        self.components = components
        self.neighbours = neighbours
    }

    /// Distances of the whitened components, then one count per pairing.
    public func prepare(
        outputs: Tensor, predictions: PredictionSamples, parallelism: Parallelism
    ) -> ([Int]) -> Double {
        let scores = PrincipalComponents.whitened(outputs, count: components, parallelism: parallelism)
        let information = NearestNeighbourInformation(
            points: scores, neighbours: neighbours, parallelism: parallelism)
        return { pairing in information.value(labels: pairing.map { predictions.classes[$0] }) }
    }
}
