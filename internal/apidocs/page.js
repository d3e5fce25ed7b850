// Shows the chosen document. Everything it loads comes from this server.
(() => {
  const root = document.documentElement
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const paint = () => root.classList.toggle('dark-mode', dark.matches)
  dark.addEventListener('change', paint)
  paint()

  const reference = document.getElementById('reference')
  SwaggerUIBundle({
    url: reference.dataset.document,
    domNode: reference,
    deepLinking: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    defaultModelExpandDepth: 3,
    displayRequestDuration: true,
    filter: true,
    oauth2RedirectUrl: location.origin + '/docs/api/oauth2-redirect.html',
    persistAuthorization: false,
    validatorUrl: null,
  })
})()
