namespace Keelson.Node.Runtime;

/// <summary>A runtime whose containers have no processes to probe, and which says itself how they are.</summary>
public interface IDeclaredHealth
{
    /// <summary>What a probe of the container would find now.</summary>
    bool IsHealthy(string containerId, ProbePurpose purpose);
}

/// <summary>What a probe decides.</summary>
public enum ProbePurpose { Startup, Readiness, Liveness }
