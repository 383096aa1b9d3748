namespace Keelson.Client.Informers;

/// <summary>Is told of every change in an informer's cache, in order, after the cache has it.</summary>
/// <remarks>
/// It runs on the informer's own loop and returns at once: it puts a key into a queue and no more. What it throws goes to
/// the informer's OnError and stops nothing. The objects are shared: nobody changes them, and nobody can.
/// </remarks>
public interface IInformerHandler<in T>
    where T : class
{
    /// <param name="isInitial">Whether the object was there when the handler came.</param>
    void OnAdd(T value, bool isInitial);

    /// <summary>Also called with the same object twice where a handler asked to be told of all again and again.</summary>
    void OnUpdate(T before, T after);

    /// <param name="isLastStateUnknown">Whether the deletion itself was missed, so that the object is only the last state known.</param>
    void OnDelete(T last, bool isLastStateUnknown);
}

/// <summary>A handler made of functions.</summary>
public sealed class InformerHandler<T> : IInformerHandler<T>
    where T : class
{
    public Action<T>? Added { get; init; }

    public Action<T, T>? Updated { get; init; }

    public Action<T>? Deleted { get; init; }

    public void OnAdd(T value, bool isInitial) => Added?.Invoke(value);

    public void OnUpdate(T before, T after) => Updated?.Invoke(before, after);

    public void OnDelete(T last, bool isLastStateUnknown) => Deleted?.Invoke(last);
}
