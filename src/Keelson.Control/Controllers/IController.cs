namespace Keelson.Control.Controllers;

/// <summary>One of the controllers.</summary>
internal interface IController
{
    /// <summary>Works until it is cancelled, and returns when all that it started has ended.</summary>
    Task RunAsync(CancellationToken cancel);
}
