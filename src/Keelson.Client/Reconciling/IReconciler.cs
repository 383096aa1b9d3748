namespace Keelson.Client.Reconciling;

/// <summary>Makes what is as it should be, for one object of a kind at a time.</summary>
/// <typeparam name="T">The kind whose keys it takes.</typeparam>
public interface IReconciler<T>
    where T : class
{
    /// <summary>Looks at the object as it is now and does what is missing. The object may be gone.</summary>
    /// <exception cref="Exception">It failed, and is to be tried again after a growing pause.</exception>
    Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel);
}
