@echo off
rem The benchmark suite: builds what is missing or older than its sources, then runs it. --help lists the options.
rem Needs a JDK 17 or newer (JAVA_HOME, or java on the PATH). Exit status: that of the suite; 2 without a suitable JDK;
rem 70 if the build fails.
setlocal EnableExtensions DisableDelayedExpansion
for %%I in ("%~dp0..") do set "GATELOOM_ROOT=%%~fI"
set "TARGET=%GATELOOM_ROOT%\bench\target"

if defined JAVA_HOME (
  set "JAVA=%JAVA_HOME%\bin\java.exe"
) else (
  set "JAVA=java.exe"
)
if not defined JAVA_HOME goto onpath
if exist "%JAVA%" goto found
echo bench/run: JAVA_HOME is %JAVA_HOME%, but there is no bin\java.exe in it: point it at a JDK 17 or newer>&2
exit /b 2
:onpath
where java.exe >nul 2>&1 && goto found
echo bench/run: no java found: install a JDK 17 or newer, then set JAVA_HOME or the PATH>&2
exit /b 2

:found
set "VERSION="
for /f tokens^=2^ delims^=^" %%V in ('^""%JAVA%" -version 2^>^&1 ^| findstr /c:" version "^"') do if not defined VERSION set "VERSION=%%V"
set "MAJOR=0"
for /f "delims=.-+" %%M in ("%VERSION%") do set "MAJOR=%%M"
if %MAJOR% geq 17 goto recent
echo bench/run: %JAVA% is Java %VERSION%, Java 17 or newer is needed: set JAVA_HOME>&2
exit /b 2

:recent
set "RIVALS=no"
set "ATTEST=no"
set "MODELS=no"
set "DEVICE="
set "PREVIOUS="
for %%A in (%*) do call :argument "%%~A"
if not "%DEVICE%%ATTEST%%RIVALS%%MODELS%"=="nonono" goto chosen
nvidia-smi -L >nul 2>&1 || goto chosen
echo bench/run: NVIDIA driver found, so this is the suite of the GPU; --device cpu measures the CPU>&2
set "DEVICE=cuda"

:chosen
rem The rivals are a profile of their own: without the option they are neither built nor downloaded. So is the suite of the
rem GPU a module of its own, with the kernels, the emulator and JCuda: without a driver it is built only if it is asked for.
set "SUITE=cpu"
if not "%DEVICE%"=="" if /i not "%DEVICE%"=="cpu" set "SUITE=gpu"
if "%ATTEST%"=="yes" set "SUITE=gpu"
if "%SUITE%"=="gpu" set "RIVALS=no"
set "MAIN=dev.gateloom.bench.Main"
set "MODULES=bench"
set "PROFILE="
set "SOURCES=bench\pom.xml, bench\src\main"
set "GATELOOM_STAMP=%TARGET%\launcher.stamp"
if "%RIVALS%"=="yes" (
  set "MODULES=bench,bench/rivals"
  set "PROFILE=-Privals"
  set "SOURCES=bench\pom.xml, bench\src\main, bench\rivals\pom.xml, bench\rivals\src\main"
  set "GATELOOM_STAMP=%TARGET%\launcher-rivals.stamp"
)
if "%SUITE%"=="gpu" (
  set "MAIN=dev.gateloom.bench.gpu.GpuMain"
  set "MODULES=bench,bench/gpu"
  set "SOURCES=bench\pom.xml, bench\src\main, bench\gpu\pom.xml, bench\gpu\src\main, kernels\pom.xml, kernels\src, java\device\pom.xml, java\device\src\main, java\emulator\pom.xml, java\emulator\src\main, java\cuda\pom.xml, java\cuda\src\main, java\cli\pom.xml, java\cli\src\main"
  set "GATELOOM_STAMP=%TARGET%\launcher-gpu.stamp"
)
rem NVIDIA's libraries are one too. With them and without, builds share a class path.
set "GATELOOM_PLAIN=%GATELOOM_STAMP%"
set "WANTED=%GATELOOM_CUDA_LIBRARIES%"
if "%WANTED%"=="download" if /i not "%PROCESSOR_ARCHITECTURE%"=="AMD64" (
  echo bench/run: GATELOOM_CUDA_LIBRARIES=download: cuBLAS and cuDNN come for Linux and Windows on x86-64 only, this is Windows on %PROCESSOR_ARCHITECTURE%: going on without them>&2
  set "WANTED="
)
if "%WANTED%"=="download" (
  set "PROFILE=%PROFILE% -Pcuda-libs"
  set "GATELOOM_STAMP=%GATELOOM_STAMP:.stamp=-cuda-libs.stamp%"
)
if not exist "%GATELOOM_STAMP%" goto first
rem Neither the CUDA kernels nor the emulator belong to the suite of the CPU. Folders are compared too: theirs is the time at which a
rem file in them was last added or removed.
powershell -NoProfile -Command "$s = (Get-Item -LiteralPath $env:GATELOOM_STAMP).LastWriteTimeUtc; Set-Location -LiteralPath $env:GATELOOM_ROOT; if (Get-Item pom.xml, java\core\pom.xml, java\core\src\main, java\train\pom.xml, java\train\src\main, java\app\pom.xml, java\app\src\main, %SOURCES% | ForEach-Object { $_; if ($_.PSIsContainer) { Get-ChildItem -LiteralPath $_.FullName -Recurse } } | Where-Object { $_.LastWriteTimeUtc -gt $s } | Select-Object -First 1) { exit 1 }" && goto run
echo bench/run: building (sources have changed)>&2
goto build
:first
if "%SUITE%"=="gpu" (
  echo bench/run: building; a first build with the kernels also downloads NVIDIA's compiler, 349 MB, and with GATELOOM_CUDA_LIBRARIES=download its libraries, 2.0 GB, and compiles the kernels, some minutes>&2
) else if "%RIVALS%"=="yes" (
  echo bench/run: building; a first build with rivals downloads about 415 MB: PyTorch 110, ONNX Runtime 75, DL4J 230>&2
) else (
  echo bench/run: building; a first build also downloads its tools, about 40 MB>&2
)
:build
set "OFFLINE="
if exist "%GATELOOM_STAMP%" (
  set "OFFLINE=-o"
)
del "%GATELOOM_PLAIN%" "%GATELOOM_PLAIN:.stamp=-cuda-libs.stamp%" 2>nul
if not exist "%TARGET%" mkdir "%TARGET%"
rem As old as the start of the build: what is edited meanwhile counts as newer.
type nul >"%GATELOOM_STAMP%.new"
pushd "%GATELOOM_ROOT%"
if defined OFFLINE call :maven -o >nul 2>&1 && goto built
call :maven >&2
:built
set "BUILT=%ERRORLEVEL%"
popd
if not "%BUILT%"=="0" (
  echo bench/run: the build failed, see above>&2
  exit /b 70
)
move /y "%GATELOOM_STAMP%.new" "%GATELOOM_STAMP%" >nul

:run
set "CLASSES="
for /f "usebackq delims=" %%C in ("%TARGET%\class-path.txt") do set "CLASSES=%TARGET%\classes;%%C"
if "%RIVALS%"=="yes" for /f "usebackq delims=" %%C in ("%GATELOOM_ROOT%\bench\rivals\target\class-path.txt") do set "CLASSES=%GATELOOM_ROOT%\bench\rivals\target\classes;%TARGET%\classes;%%C"
if "%SUITE%"=="gpu" for /f "usebackq delims=" %%C in ("%GATELOOM_ROOT%\bench\gpu\target\class-path.txt") do set "CLASSES=%GATELOOM_ROOT%\bench\gpu\target\classes;%%C"
set "GOLDEN=%GATELOOM_ROOT%\java\core\src\test\resources\golden;%GATELOOM_ROOT%\java\train\src\test\resources\golden"

rem Variables that pin a library to an older processor or to fewer threads would slow the rivals down.
set "REMOVED="
for %%N in (OPENBLAS_CORETYPE OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS OMP_NUM_THREADS MKL_NUM_THREADS MKL_CBWR) do (
  if defined %%N (
    for /f "tokens=1,* delims==" %%V in ('set %%N') do if /i "%%V"=="%%N" call set "REMOVED=%%REMOVED%% %%V=%%W"
    set "%%N="
  )
)

rem From JDK 23 on the JVM warns of what JMH does with sun.misc.Unsafe.
set "UNSAFE="
if %MAJOR% geq 23 set "UNSAFE=--sun-misc-unsafe-memory-access=allow"

rem The class path is long: JMH hands it to its forks in a jar.
"%JAVA%" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED %UNSAFE% -Djmh.separateClasspathJAR=true "-Dgateloom.bench.unset=%REMOVED%" "-Dgateloom.bench.golden=%GOLDEN%" "-Dgateloom.bench.results=%GATELOOM_ROOT%\results" -cp "%CLASSES%" %MAIN% %*
exit /b %ERRORLEVEL%

:maven
call mvnw.cmd %* -q -B -ntp %PROFILE% -pl %MODULES% -am -DskipTests -Dgateloom.skip.jars=true package
exit /b %ERRORLEVEL%

rem What decides which suite this is. The value of an option follows it, also after "=", which separates arguments here.
:argument
if /i "%~1"=="--rivals" set "RIVALS=yes"
if /i "%~1"=="--attest" set "ATTEST=yes"
if /i "%~1"=="--models" set "MODELS=yes"
if /i "%PREVIOUS%"=="--device" set "DEVICE=%~1"
set "PREVIOUS=%~1"
exit /b 0
