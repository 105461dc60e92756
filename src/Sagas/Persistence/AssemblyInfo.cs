using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("MultiPanel.Sagas.Tests")]
